package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names registered in a new registry: looked up first and then written, one by one, by one caller
 * or eight, or all in one call; and written in one batch. Each time in a new folder.
 */
public final class WriteWorkload implements Workload {
  private static final String RATE = "/s";
  private static final int CALLERS = 8;
  private static final Map<String, ?> EIGHT = Map.of("threads", CALLERS);
  private static final Map<String, ?> ALL = Map.of("all", true, "sync", true);
  private static final Count NAMES = Count.growing(5_000, 100);
  private static final Count BATCHED = Count.growing(20_000, 100);

  private static final Row REGISTER =
      Row.more("register", "register, # names, one caller", RATE)
          .about(NAMES)
          .must(Goal.ratioAtLeast(8))
          .aim(Goal.atLeast(1, Limits.SIGN))
          .beside(Limits.SIGN);

  private static final Row REGISTER_8 =
      Row.more("register-8", "register, 8 callers", RATE)
          .must(Goal.atLeast(3, REGISTER))
          .beside(REGISTER);

  private static final Row REGISTER_SYNC_8 =
      Row.more("register-sync-8", "register with fsync, 8 callers", RATE)
          .must(Goal.atLeast(5, Limits.FSYNC))
          .beside(Limits.FSYNC);

  private static final Row REGISTER_SYNC =
      Row.more("register-sync", "register with fsync, one caller", RATE).beside(Limits.FSYNC);

  private static final Row REGISTER_ALL =
      Row.more("register-all", "registerAll, # names, with fsync", RATE).about(NAMES);

  private static final Row BATCH =
      Row.more("batch", "put # names, one batch", RATE)
          .about(BATCHED)
          .must(Goal.ratioAtLeast(6))
          .aim(Goal.atLeast(1, Limits.HASH))
          .beside(Limits.HASH);

  private static final Row ALLOCATED =
      Row.less("alloc-register", "register: allocated for a name", "bytes");

  private final Setting setting;
  private final Peers peers;

  private WriteWorkload(Setting setting, Peers peers) {
    this.setting = setting;
    this.peers = peers;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(
        List.of(
            REGISTER, REGISTER_8, REGISTER_SYNC, REGISTER_SYNC_8, REGISTER_ALL, BATCH, ALLOCATED),
        WriteWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    WriteWorkload workload = new WriteWorkload(setting, Peers.start(setting));
    Figures unread = new Figures();
    WarmUp.each(setting, side -> workload.register(side, unread));
    WarmUp.one(setting, Side.OURS, side -> workload.registerOurs(REGISTER_8, EIGHT, unread));
    WarmUp.one(setting, Side.OURS, side -> workload.registerOurs(REGISTER_ALL, ALL, unread));
    WarmUp.each(setting, side -> workload.batch(side, unread));
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    for (Side side : sides) {
      register(side, figures);
    }
    registerOurs(REGISTER_8, EIGHT, figures);
    registerOurs(REGISTER_SYNC, Map.of("sync", true), figures);
    registerOurs(REGISTER_SYNC_8, Map.of("threads", CALLERS, "sync", true), figures);
    registerOurs(REGISTER_ALL, ALL, figures);
    for (Side side : sides) {
      batch(side, figures);
    }
  }

  private void register(Side side, Figures figures) throws IOException, InterruptedException {
    int names = setting.count(NAMES);
    JsonNode answer = peers.inNewFolder(side, "register", Map.of("count", names));
    Peers.addRate(figures, REGISTER, side, names, answer);
    if (side == Side.OURS) {
      Peers.addAllocated(figures, ALLOCATED, names, answer);
    }
  }

  private void registerOurs(Row row, Map<String, ?> how, Figures figures)
      throws IOException, InterruptedException {
    int names = setting.count(NAMES);
    Map<String, Object> fields = new HashMap<>(how);
    fields.put("count", names);
    Peers.addRate(figures, row, Side.OURS, names, peers.inNewFolder(Side.OURS, "register", fields));
  }

  private void batch(Side side, Figures figures) throws IOException, InterruptedException {
    int names = setting.count(BATCHED);
    JsonNode answer = peers.inNewFolder(side, "fill", Map.of("count", names));
    Peers.addRate(figures, BATCH, side, names, answer);
  }
}
