package dev.understudy.tools.cli;

import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.QuietHome;
import dev.understudy.storage.inspect.Difference;
import dev.understudy.storage.inspect.HomeDiff;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code understudy db diff HOME1 HOME2}: ends with 0 where the homes differ in nothing but what
 * two honest nodes may differ in, and fails with HOME_STATE otherwise.
 */
@Command(
    name = "diff",
    description = {
      "Compares the databases of two homes of one chain key by key. Backends, key layouts aside,"
          + " may differ.",
      "Marked \"free\" is what two honest nodes may differ in. Nothing in the homes is changed."
    },
    mixinStandardHelpOptions = true)
public final class DbDiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "HOME1", description = "A node's home directory.")
  private Path first;

  @Parameters(index = "1", paramLabel = "HOME2", description = "Another's.")
  private Path second;

  @Option(
      names = "--json",
      description = "Print a JSON object for each difference and a last one with the counts.")
  private boolean json;

  @Option(names = "--all", description = "Print the free differences, too.")
  private boolean all;

  @Option(
      names = "--limit",
      defaultValue = "100",
      paramLabel = "N",
      description = "Print so many differences, count the rest (default: ${DEFAULT-VALUE}).")
  private long limit = 100;

  @Mixin private final HomeOptions options = new HomeOptions();

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  public DbDiffCommand() {}

  @Override
  public Integer call() throws FailureException {
    final PrintWriter out = spec.commandLine().getOut();
    final HomeLayout one = HomeLayout.read(first);
    final HomeLayout two = HomeLayout.read(second);
    try (QuietHome left = QuietHome.hold(one);
        QuietHome right = QuietHome.hold(two)) {
      final HomeOptions.Known knownLeft = options.of(one, left);
      final HomeOptions.Known knownRight = options.of(two, right);
      final Printer printer = new Printer(out);
      final List<HomeDiff.Count> counts =
          new HomeDiff(stores(left, knownLeft), stores(right, knownRight), knownLeft.line())
              .run(printer);
      printer.end(counts);
      final long unexplained = counts.stream().mapToLong(HomeDiff.Count::unexplained).sum();
      if (unexplained > 0) {
        throw new FailureException(
            FailureKind.HOME_STATE,
            "%s and %s differ in %d records in which two honest nodes do not"
                .formatted(one.home(), two.home(), unexplained),
            "Look whether both are of one chain, and which of the two a second node agrees with.");
      }
      return 0;
    }
  }

  private static Map<DatabaseId, KvStore> stores(
      final QuietHome home, final HomeOptions.Known known) throws FailureException {
    final Map<DatabaseId, KvStore> stores = new EnumMap<>(DatabaseId.class);
    for (final DatabaseId id : DatabaseId.values()) {
      final Optional<KvStore> store = home.store(id, known.factory());
      store.ifPresent(present -> stores.put(id, present));
    }
    return stores;
  }

  /** Prints while the comparison runs, so that nothing piles up. */
  private final class Printer implements Consumer<Difference> {
    private final PrintWriter out;
    private long printed;

    Printer(final PrintWriter out) {
      this.out = out;
    }

    @Override
    public void accept(final Difference difference) {
      if ((difference.free().isPresent() && !all) || printed++ >= limit) {
        return;
      }
      if (json) {
        out.println(toJson(difference));
      } else {
        print(difference);
      }
    }

    private void print(final Difference difference) {
      out.printf(
          "%s %s %s (%s)%s%n",
          difference.database().id(),
          word(difference.where()),
          difference.key(),
          difference.family(),
          difference.free().map(why -> " free: " + why).orElse(""));
      difference.left().forEach(line -> out.println("  < " + line));
      difference.right().forEach(line -> out.println("  > " + line));
    }

    void end(final List<HomeDiff.Count> counts) {
      if (json) {
        out.println(toJson(counts));
      } else {
        if (printed > limit) {
          out.printf("… and %d more (--limit)%n", printed - limit);
        }
        for (final HomeDiff.Count count : counts) {
          out.printf(
              "%-10s %d equal, %d differ, %d of them free%n",
              count.database().id(), count.same(), count.different(), count.free());
        }
      }
      out.flush();
    }
  }

  private static String word(final Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String toJson(final Difference difference) {
    return JsonText.of(
        json -> {
          json.writeStartObject();
          json.writeStringField("database", difference.database().id());
          json.writeStringField("family", difference.family());
          json.writeStringField("key", difference.key());
          json.writeStringField("where", word(difference.where()));
          JsonText.strings(json, "first", difference.left());
          JsonText.strings(json, "second", difference.right());
          if (difference.free().isPresent()) {
            json.writeStringField("free", difference.free().get());
          }
          json.writeEndObject();
        });
  }

  private static String toJson(final List<HomeDiff.Count> counts) {
    return JsonText.of(
        json -> {
          json.writeStartObject();
          for (final HomeDiff.Count count : counts) {
            json.writeObjectFieldStart(count.database().id());
            json.writeNumberField("equal", count.same());
            json.writeNumberField("differ", count.different());
            json.writeNumberField("free", count.free());
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }
}
