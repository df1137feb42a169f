package dev.usernameregistry.examples.bench.limits;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.WarmUp;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the machine can do at most, measured in a process that does nothing else. */
public final class LimitWorkload implements Workload {
  private static final int MEASURE_MILLIS = 500;
  private static final int QUICK_MILLIS = 20;

  private final Child child;
  private final Map<String, ?> fields;

  private LimitWorkload(Child child, Map<String, ?> fields) {
    this.child = child;
    this.fields = fields;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(Limits.all(), LimitWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    Child child = setting.children().java(LimitPeer.class.getName());
    child.event("ready");
    LimitWorkload workload =
        new LimitWorkload(
            child,
            Map.of(
                "folder",
                setting.scratch().newFolder("fsync").toString(),
                "millis",
                setting.amount(MEASURE_MILLIS, QUICK_MILLIS)));
    WarmUp.one(setting, Side.OURS, side -> workload.round(setting.sides(), new Figures()));
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    JsonNode measured = child.ask("measure", fields);
    for (Row row : Limits.all()) {
      figures.add(row, Side.OURS, measured.path(row.id()).asDouble());
    }
  }
}
