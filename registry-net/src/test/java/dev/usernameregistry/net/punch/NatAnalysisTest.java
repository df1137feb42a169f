package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import org.junit.jupiter.api.Test;

class NatAnalysisTest {
  private static final Ipv4Address OWN = Ipv4Address.of("5.5.5.5", 555);

  private int ends;

  @Test
  void threeEqualAnswersAreEnough() {
    ScriptedNode node = ScriptedNode.knowing(6);
    NatAnalysis analysis = start(node);
    assertThat(node.pings).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(analysis.isDone()).isEqualTo(i == 3);
      node.pings.get(i).listener().answered(SimulatedAir.node(i), OWN, i);
    }
    assertThat(ends).isEqualTo(1);
    assertThat(analysis.samples().kind()).isEqualTo(NatKind.CONSISTENT);
  }

  @Test
  void newestNodesAreLeftOutIfThereAreEnoughOthers() {
    ScriptedNode few = ScriptedNode.knowing(7);
    start(few);
    assertThat(few.pings.get(0).node()).isEqualTo(SimulatedAir.node(0));
    ScriptedNode many = ScriptedNode.knowing(8);
    start(many);
    assertThat(many.pings).hasSize(3);
    assertThat(many.pings.get(0).node()).isEqualTo(SimulatedAir.node(5));
  }

  @Test
  void otherNodesAreAskedOnceMoreWhenTooFewAnswer() {
    ScriptedNode node = ScriptedNode.knowing(7);
    NatAnalysis analysis = start(node);
    node.timeOutPings(1);
    assertThat(node.pings).extracting(ScriptedNode.Pinged::node).hasSize(3).doesNotHaveDuplicates();
    assertThat(analysis.isDone()).isFalse();
    node.timeOutPings(2);
    assertThat(ends).isEqualTo(1);
    assertThat(analysis.samples().kind()).isEqualTo(NatKind.UNKNOWN);
  }

  @Test
  void endsAtOnceWithoutNodes() {
    assertThat(start(new ScriptedNode()).isDone()).isTrue();
    assertThat(ends).isEqualTo(1);
  }

  @Test
  void everyNodeHasOneVoice() {
    NatSamples samples = new NatSamples(() -> true);
    for (int i = 0; i < 5; i++) {
      samples.add(SimulatedAir.node(0), OWN);
    }
    assertThat(samples.count()).isEqualTo(1);
    samples.add(SimulatedAir.node(1), OWN.withPort(1));
    samples.add(SimulatedAir.node(2), OWN.withPort(2));
    assertThat(samples.kind()).as("three nodes, three ports").isEqualTo(NatKind.RANDOM);
    for (int i = 0; i < 1000; i++) {
      samples.add(new Ipv4Address(i, 1), OWN);
    }
    assertThat(samples.count()).isEqualTo(NatSamples.SAMPLES_MAX);
  }

  @Test
  void frozenVerdictStays() {
    NatSamples samples = new NatSamples(() -> true);
    for (int i = 0; i < 3; i++) {
      samples.add(SimulatedAir.node(i), OWN.withPort(i + 1));
    }
    assertThat(samples.kind()).isEqualTo(NatKind.RANDOM);
    samples.freeze();
    for (int i = 3; i < 10; i++) {
      samples.add(SimulatedAir.node(i), OWN);
    }
    assertThat(samples.kind()).isEqualTo(NatKind.RANDOM);
    assertThat(samples.addresses()).containsExactly(OWN.withPort(0));
  }

  private NatAnalysis start(ScriptedNode node) {
    NatAnalysis analysis = new NatAnalysis(node, node.openSocket(), now -> ends++);
    analysis.start(0);
    return analysis;
  }
}
