package dev.understudy.tools.synth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.understudy.tools.archive.ArchiveWriter;
import dev.understudy.tools.archive.PackListener;
import dev.understudy.tools.demo.KvStoreAnswers;
import dev.understudy.tools.demo.KvStoreApp;
import dev.understudy.types.Bytes;
import dev.understudy.types.ConsensusParams;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.GenesisDoc;
import dev.understudy.types.json.NodeJson;
import dev.understudy.types.made.ChainMaker;
import dev.understudy.types.made.MadeBlock;
import dev.understudy.types.made.SigningKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Makes a chain for CometBFT's kvstore and writes it as an archive, block by block: a long chain
 * takes no more memory than a short one. The same configuration gives the same bytes. Runs on the
 * caller's thread, with others to help; an interrupt ends it.
 */
public final class ArchiveSynth {
  private static final Instant GENESIS_TIME = Instant.parse("2024-01-01T00:00:00Z");

  private final SynthConfig config;
  private final PackListener listener;
  private final Consumer<MadeBlock> witness;

  /**
   * @param listener called on a thread of its own
   */
  public ArchiveSynth(final SynthConfig config, final PackListener listener) {
    this(config, listener, block -> {});
  }

  /**
   * @param witness sees every block, in order
   */
  ArchiveSynth(
      final SynthConfig config, final PackListener listener, final Consumer<MadeBlock> witness) {
    this.config = config;
    this.listener = listener;
    this.witness = witness;
  }

  /** Returns when all of it is on the disk. */
  public SynthReport make() throws FailureException, InterruptedException {
    final long began = System.nanoTime();
    final Clock clock = Clock.fixed(GENESIS_TIME, ZoneOffset.UTC);
    try (ArchiveWriter archive =
        ArchiveWriter.open(config.out(), config.bundles(), clock, listener)) {
      if (!archive.isEmpty()) {
        throw new FailureException(
            FailureKind.CONFIGURATION,
            config.out() + " holds an archive, and a made chain can't go on from it",
            "Name another folder, or delete this one.");
      }
      archive.addPools(
          config.runtimes(),
          config.chainId(),
          OptionalLong.of(config.initialHeight()),
          config.initialHeight());
      make(archive);
      return new SynthReport(
          config.chainId(),
          config.initialHeight(),
          config.lastHeight(),
          archive.written(),
          Duration.ofNanos(System.nanoTime() - began));
    } catch (final IOException e) {
      throw new FailureException(
          FailureKind.DISK,
          "cannot write the archive " + config.out() + ": " + e,
          "Look for free space and permissions, delete the folder, and run the command again.",
          e);
    }
  }

  private void make(final ArchiveWriter archive)
      throws IOException, FailureException, InterruptedException {
    final Seed seed = new Seed(config.seed());
    final Validators validators = new Validators(seed, config.chain());
    final MadeTxs txs = new MadeTxs(seed, config.chain());
    final KvStoreAnswers app = new KvStoreAnswers(config.withResults());
    final GenesisDoc genesis = genesis(validators);
    final ChainMaker maker =
        new ChainMaker(
            KvStoreApp.LINE,
            genesis,
            params(KvStoreAnswers.APP_VERSION),
            app.appHash(),
            validators::keyOf);
    archive.writeGenesis(out -> NodeJson.writeGenesis(out, genesis, KvStoreApp.LINE));
    if (config.validatorKey().isPresent()) {
      writeKey(config.validatorKey().get(), validators.first());
    }
    final long blockBytes = config.chain().blockBytes();
    try (TextPress press = new TextPress(archive, config.chainId(), config.withResults())) {
      while (maker.height() <= config.lastHeight()) {
        final long height = maker.height();
        press.reserve(blockBytes);
        final List<Bytes> content = txs.of(height);
        validators.changeAt(height - config.initialHeight()).ifPresent(content::add);
        final MadeBlock made =
            maker.make(
                content,
                List.of(),
                app.execute(content),
                validators.votes(height, maker.validators()));
        witness.accept(made);
        press.print(made, blockBytes);
      }
      press.finish();
    }
    archive.finishBundles();
    archive.save();
  }

  private GenesisDoc genesis(final Validators validators) {
    return new GenesisDoc(
        GENESIS_TIME,
        config.chainId(),
        config.initialHeight(),
        params(0),
        validators.genesis(),
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  /** CometBFT's own defaults (types/params.go), but for larger blocks where they are wanted. */
  private ConsensusParams params(final long appVersion) {
    return new ConsensusParams(
        new ConsensusParams.BlockParams(config.chain().maxBlockBytes(), -1, 0),
        new ConsensusParams.EvidenceParams(100_000, Duration.ofDays(2), 1 << 20),
        List.of("ed25519"),
        appVersion,
        0,
        "",
        ConsensusParams.SynchronyParams.NONE,
        0);
  }

  /** In the form of a node's priv_validator_key.json. */
  private static void writeKey(final Path file, final SigningKey key) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("address", key.address().toString());
      writeKey(json, "pub_key", "tendermint/PubKeyEd25519", key.key().bytes());
      writeKey(json, "priv_key", "tendermint/PrivKeyEd25519", key.secretAndKey());
      json.writeEndObject();
    }
  }

  private static void writeKey(
      final JsonGenerator json, final String name, final String type, final Bytes value)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("type", type);
    json.writeBinaryField("value", value.array());
    json.writeEndObject();
  }
}
