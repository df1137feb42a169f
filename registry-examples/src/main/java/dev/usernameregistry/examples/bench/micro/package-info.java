/**
 * The small pieces, measured with JMH: hashing, signing, codec, tree, proofs, bee, cipher.
 *
 * <p>They are run from {@code micro.jar}, which is built beside {@code registry.jar} and takes the
 * options of JMH: {@code java -jar micro.jar -prof gc Tree}. JMH is under the GPL (version 2, with
 * the Classpath Exception), so it is kept out of the jar that users are given. {@code
 * BenchProcessTest} runs each once.
 */
@NullMarked
package dev.usernameregistry.examples.bench.micro;

import org.jspecify.annotations.NullMarked;
