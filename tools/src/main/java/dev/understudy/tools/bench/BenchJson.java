package dev.understudy.tools.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalDouble;

/** A result as programs read it: every run and the medians. */
public final class BenchJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BenchJson() {}

  /** A whole document; {@code command} is what a person typed. */
  public static String of(final BenchResult result, final String command) {
    final ObjectNode root = JSON.createObjectNode();
    root.put("command", command);
    final Machine machine = result.machine();
    root.putObject("machine")
        .put("cpu", machine.cpu())
        .put("cores", machine.cores())
        .put("memory_bytes", machine.memoryBytes())
        .put("system", machine.system())
        .put("java", machine.java())
        .put("file_system", machine.fileSystem());
    final Bed bed = result.bed();
    root.putObject("chain")
        .put("archive", bed.config().archive().toString())
        .put("pool", bed.config().pool())
        .put("first", bed.initialHeight())
        .put("last", bed.target());
    root.put("proxy", bed.config().proxy());
    root.put("sync_delay_ms", bed.config().syncDelayMillis());
    root.put("p2p_flush_ms", bed.config().p2pFlushMillis());
    final ArrayNode runs = root.putArray("runs");
    for (final Measurement run : result.runs()) {
      final ObjectNode node =
          runs.addObject()
              .put("peer", run.peer())
              .put("round", run.round())
              .put("blocks", run.run().blocks())
              .put("load_before", run.loadBefore());
      for (final Figure figure : Figure.ALL) {
        put(node, figure, figure.value().apply(run));
      }
    }
    final ObjectNode medians = root.putObject("medians");
    for (final String peer : result.peers()) {
      final ObjectNode node = medians.putObject(peer);
      for (final Figure figure : Figure.ALL) {
        put(node, figure, result.median(peer, figure.value()));
      }
    }
    return root.toPrettyString() + "\n";
  }

  private static void put(final ObjectNode node, final Figure figure, final OptionalDouble value) {
    if (value.isPresent()) {
      node.put(figure.name(), value.getAsDouble());
    } else {
      node.putNull(figure.name());
    }
  }
}
