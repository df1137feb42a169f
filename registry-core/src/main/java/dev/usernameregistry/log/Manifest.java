package dev.usernameregistry.log;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who may sign a log. Its hash is the log's key.
 *
 * <pre>
 * versions 1 to 3
 * version    uint
 * flags      uint             1 allowPatch, 2 prologue, 4 linked, 8 userData
 * hash       uint             0: BLAKE2b
 * quorum     uint
 * signers    array            each: uint 0 (Ed25519), 32 bytes namespace, 32 bytes public key
 * prologue   32 bytes, uint   if flag 2: tree hash, length
 * linked     array of 32      if flag 4
 * userData   bytes            if flag 8
 *
 * version 0
 * version    uint             0
 * hash       uint             0: BLAKE2b
 * type       uint             0 static, 1 one signer, 2 several signers
 * type 0     32 bytes         tree hash of the prologue, whose length is not told
 * type 1     signer           as above; the quorum is 1
 * type 2     uint, uint, array   flags (1 allowPatch), quorum, signers
 * </pre>
 *
 * @param version 0 to 3; 1 is what new logs get
 * @param allowPatch whether a signer may have signed a longer tree than the others
 * @param quorum how many signers must sign
 * @param signers who may sign
 * @param prologue what the first blocks must be, without a signature
 * @param linked keys of other logs; only from version 2 on
 * @param userData for the application; only from version 2 on; not copied, so nobody may change it
 */
public record Manifest(
    int version,
    boolean allowPatch,
    int quorum,
    List<Signer> signers,
    Optional<Prologue> prologue,
    Optional<List<Key>> linked,
    Optional<byte[]> userData) {
  /** The most bytes a manifest may have. */
  public static final int BYTES_MAX = 1 << 20;

  /**
   * The most bytes a manifest may have to be learnt from a peer: enough for 15 signers, where a
   * registry has one, and 70 bytes. It stays in memory as long as its log is open, and a peer may
   * have those of 60,000 strangers open.
   */
  public static final int LEARNT_BYTES_MAX = 1024;

  /** The most signers a manifest may list; each may cost one check of a signature. */
  public static final int SIGNERS_MAX = 1000;

  private static final byte[] MANIFEST = Blake2b.namespace("hypercore", 3);
  private static final Key DEFAULT_NAMESPACE = Key.of(Blake2b.namespace("hypercore", 4));
  private static final int VERSION_MAX = 3;
  private static final int ALLOW_PATCH = 1;
  private static final int PROLOGUE = 2;
  private static final int LINKED = 4;
  private static final int USER_DATA = 8;

  /** One who may sign: a public key, and a namespace that version 0 puts before what is signed. */
  public record Signer(Key namespace, Key publicKey) {
    private static final int BYTES = 1 + 2 * Key.BYTES;

    /** Shares the namespace that nearly all signers have. */
    public Signer {
      if (namespace.equals(DEFAULT_NAMESPACE)) {
        namespace = DEFAULT_NAMESPACE;
      }
    }

    private static Signer decode(WireReader in) {
      zero(in, "signature type");
      return new Signer(Key.of(in.fixed(Key.BYTES)), Key.of(in.fixed(Key.BYTES)));
    }

    private void encode(WireWriter out) {
      out.uint(0).raw(namespace.bytes()).raw(publicKey.bytes());
    }
  }

  /**
   * The first blocks of a log, pinned by their tree hash.
   *
   * @param hash tree hash of these blocks
   * @param length number of blocks; 0 in version 0, which does not tell it
   */
  public record Prologue(Key hash, long length) {}

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public Manifest {
    signers = List.copyOf(signers);
    linked = linked.map(List::copyOf);
    if (version < 0 || version > VERSION_MAX) {
      throw new IllegalArgumentException("manifest version " + version + ", at most 3");
    }
    if (quorum < 0 || quorum > signers.size()) {
      throw new IllegalArgumentException(
          "a quorum of " + quorum + " among " + signers.size() + " signers");
    }
    if (version < 2 && (linked.isPresent() || userData.isPresent())) {
      throw new IllegalArgumentException("linked and userData need version 2, not " + version);
    }
  }

  /** Returns the manifest of a new log with one signer: version 1, 70 bytes. */
  public static Manifest single(Key publicKey) {
    Signer signer = new Signer(DEFAULT_NAMESPACE, publicKey);
    return new Manifest(
        1, false, 1, List.of(signer), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Returns the key of the log with this manifest: the hash of its encoding. */
  public Key key() {
    return Key.of(Blake2b.hash(MANIFEST, encode()));
  }

  /** Returns the bytes of the table above. */
  public byte[] encode() {
    WireWriter out = new WireWriter(128);
    encode(out);
    return out.toByteArray();
  }

  /** Writes the bytes of the table above. */
  public void encode(WireWriter out) {
    out.uint(version);
    if (version == 0) {
      encodeVersion0(out);
      return;
    }
    out.uint(flags()).uint(0).uint(quorum);
    encodeSigners(out);
    prologue.ifPresent(p -> out.raw(p.hash().bytes()).uint(p.length()));
    linked.ifPresent(
        keys -> {
          out.uint(keys.size());
          keys.forEach(key -> out.raw(key.bytes()));
        });
    userData.ifPresent(out::bytes);
  }

  private int flags() {
    return (allowPatch ? ALLOW_PATCH : 0)
        | (prologue.isPresent() ? PROLOGUE : 0)
        | (linked.isPresent() ? LINKED : 0)
        | (userData.isPresent() ? USER_DATA : 0);
  }

  private void encodeVersion0(WireWriter out) {
    out.uint(0);
    if (prologue.isPresent() && signers.isEmpty()) {
      out.uint(0).raw(prologue.get().hash().bytes());
    } else if (quorum == 1 && signers.size() == 1 && !allowPatch) {
      out.uint(1);
      signers.get(0).encode(out);
    } else {
      out.uint(2).uint(allowPatch ? ALLOW_PATCH : 0).uint(quorum);
      encodeSigners(out);
    }
  }

  private void encodeSigners(WireWriter out) {
    out.uint(signers.size());
    signers.forEach(signer -> signer.encode(out));
  }

  /**
   * Reads a manifest, and leaves {@code in} behind it.
   *
   * @throws MalformedMessageException if the bytes do not follow the table above
   */
  public static Manifest decode(WireReader in) {
    int version = (int) in.uint(VERSION_MAX);
    try {
      return version == 0 ? decodeVersion0(in) : decode(in, version);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("manifest: " + e.getMessage());
    }
  }

  private static Manifest decode(WireReader in, int version) {
    long flags = in.uint();
    zero(in, "hash");
    int quorum = (int) in.uint(SIGNERS_MAX);
    List<Signer> signers = decodeSigners(in);
    return new Manifest(
        version,
        (flags & ALLOW_PATCH) != 0,
        quorum,
        signers,
        (flags & PROLOGUE) != 0
            ? Optional.of(new Prologue(Key.of(in.fixed(Key.BYTES)), in.uint()))
            : Optional.empty(),
        (flags & LINKED) != 0 ? Optional.of(decodeKeys(in)) : Optional.empty(),
        (flags & USER_DATA) != 0 ? Optional.of(in.bytes(BYTES_MAX)) : Optional.empty());
  }

  private static Manifest decodeVersion0(WireReader in) {
    zero(in, "hash");
    int type = (int) in.uint(2);
    if (type == 0) {
      return version0(
          false, 0, List.of(), Optional.of(new Prologue(Key.of(in.fixed(Key.BYTES)), 0)));
    }
    if (type == 1) {
      return version0(false, 1, List.of(Signer.decode(in)), Optional.empty());
    }
    boolean allowPatch = (in.uint() & ALLOW_PATCH) != 0;
    int quorum = (int) in.uint(SIGNERS_MAX);
    return version0(allowPatch, quorum, decodeSigners(in), Optional.empty());
  }

  private static Manifest version0(
      boolean allowPatch, int quorum, List<Signer> signers, Optional<Prologue> prologue) {
    return new Manifest(
        0, allowPatch, quorum, signers, prologue, Optional.empty(), Optional.empty());
  }

  private static List<Signer> decodeSigners(WireReader in) {
    int count = in.count(Signer.BYTES, SIGNERS_MAX);
    List<Signer> signers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      signers.add(Signer.decode(in));
    }
    return signers;
  }

  private static List<Key> decodeKeys(WireReader in) {
    int count = in.count(Key.BYTES, BYTES_MAX / Key.BYTES);
    List<Key> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(Key.of(in.fixed(Key.BYTES)));
    }
    return keys;
  }

  private static void zero(WireReader in, String what) {
    long value = in.uint();
    if (value != 0) {
      throw new MalformedMessageException(what + " " + value + ", only 0 is known");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest manifest && Arrays.equals(encode(), manifest.encode());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encode());
  }
}
