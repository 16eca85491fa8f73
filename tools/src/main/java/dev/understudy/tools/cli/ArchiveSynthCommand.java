package dev.understudy.tools.cli;

import dev.understudy.tools.synth.ArchiveSynth;
import dev.understudy.tools.synth.ChainShape;
import dev.understudy.tools.synth.SynthConfig;
import dev.understudy.tools.synth.SynthReport;
import dev.understudy.types.FailureException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code understudy archive synth}: prints a line for each bundle. */
@Command(
    name = "synth",
    description = {
      "Makes a valid chain for CometBFT's kvstore and writes it as an archive folder.",
      "Anybody who knows the seed has the validators' keys: such a chain is worth nothing."
    },
    mixinStandardHelpOptions = true)
final class ArchiveSynthCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The archive folder, new or empty.")
  private Path out;

  @Option(names = "--blocks", required = true, paramLabel = "N", description = "Blocks to make.")
  private long blocks;

  @Option(
      names = "--validators",
      paramLabel = "N",
      description = "Validators in the genesis. Default: ${DEFAULT-VALUE}.",
      defaultValue = "4")
  private int validators;

  @Option(
      names = "--txs-per-block",
      paramLabel = "N",
      description = "Transactions in a block. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int txsPerBlock;

  @Option(
      names = "--tx-bytes",
      paramLabel = "N",
      description = "Bytes of a transaction. Default: ${DEFAULT-VALUE}.",
      defaultValue = "64")
  private int txBytes;

  @Option(
      names = "--set-change-every",
      paramLabel = "N",
      description =
          "Blocks between two changes of the validator set, 0 for none. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private long setChangeEvery;

  @Option(
      names = "--absent",
      paramLabel = "PERCENT",
      description =
          "How often a validator's vote is missing, as long as two thirds still vote."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "0")
  private int absent;

  @Option(
      names = "--chain-id",
      paramLabel = "ID",
      description = "Default: ${DEFAULT-VALUE}.",
      defaultValue = "synth-1")
  private String chainId;

  @Option(
      names = "--initial-height",
      paramLabel = "HEIGHT",
      description = "First height. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private long initialHeight;

  @Option(
      names = "--runtime",
      description =
          "bsync: blocks alone; tendermint: with block results; both. Default: ${DEFAULT-VALUE}.",
      defaultValue = "bsync")
  private ArchiveRuntimes runtimes;

  @Mixin private final BundleOptions bundles = new BundleOptions();

  @Option(
      names = "--seed",
      paramLabel = "TEXT",
      description =
          "Everything random comes from here: the same options give the same archive."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "understudy")
  private String seed;

  @Option(
      names = "--validator-key",
      paramLabel = "FILE",
      description =
          "Writes the key of the first validator, who never leaves, as a node's"
              + " priv_validator_key.json: with --validators 1 the node goes on by itself.")
  private @Nullable Path validatorKey;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init")
  ArchiveSynthCommand() {}

  @Override
  public Integer call() throws FailureException, InterruptedException {
    final PrintWriter print = spec.commandLine().getOut();
    final SynthReport report = new ArchiveSynth(config(), BundleOptions.tellingOn(print)).make();
    final double seconds = report.took().toMillis() / 1000.0;
    print.printf(
        "%s: heights %d-%d in %d bundles, %.1f s, %.0f blocks/s%n",
        report.chainId(),
        report.firstHeight(),
        report.lastHeight(),
        report.bundles(),
        seconds,
        report.blocks() / Math.max(seconds, 0.001));
    print.flush();
    return 0;
  }

  private SynthConfig config() {
    try {
      return new SynthConfig(
          out,
          chainId,
          initialHeight,
          seed,
          new ChainShape(blocks, validators, txsPerBlock, txBytes, setChangeEvery, absent),
          runtimes.all(),
          bundles.shape(),
          Optional.ofNullable(validatorKey));
    } catch (final IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
