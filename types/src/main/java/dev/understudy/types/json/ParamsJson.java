package dev.understudy.types.json;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.ConsensusParams.BlockParams;
import dev.understudy.types.ConsensusParams.EvidenceParams;
import dev.understudy.types.ConsensusParams.SynchronyParams;
import dev.understudy.types.ConsensusParamsUpdate;
import dev.understudy.types.ConsensusParamsUpdate.SynchronyUpdate;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Consensus params of any line, part by part: null and absent parts stay absent, fields that a
 * present part leaves out are 0, as in Go.
 */
final class ParamsJson {
  private static final BlockParams NO_BLOCK = new BlockParams(0, 0, 0);
  private static final EvidenceParams NO_EVIDENCE = new EvidenceParams(0, Duration.ZERO, 0);

  private Optional<BlockParams> block = Optional.empty();
  private Optional<EvidenceParams> evidence = Optional.empty();
  private Optional<List<String>> pubKeyTypes = Optional.empty();
  private OptionalLong appVersion = OptionalLong.empty();
  private OptionalLong abciHeight = OptionalLong.empty();
  private OptionalLong featureHeight = OptionalLong.empty();
  private OptionalLong pbtsHeight = OptionalLong.empty();
  private Optional<String> authority = Optional.empty();
  private Optional<SynchronyUpdate> synchrony = Optional.empty();

  private ParamsJson() {}

  static ParamsJson read(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    final ParamsJson params = new ParamsJson();
    final Set<String> seen = new HashSet<>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (!seen.add(field)) {
        throw in.fail("field \"%s\" stands there twice".formatted(field));
      }
      if (!in.isNull()) {
        params.readPart(field, in);
      }
    }
    return params;
  }

  private void readPart(final String part, final JsonInput in)
      throws IOException, MalformedJsonException {
    switch (part) {
      case "block" -> block = Optional.of(readBlock(in));
      case "evidence" -> evidence = Optional.of(readEvidence(in));
      case "validator" -> pubKeyTypes = Optional.of(readPubKeyTypes(in));
      case "version" -> appVersion = OptionalLong.of(readVersion(in));
      case "abci" -> abciHeight = OptionalLong.of(readAbci(in));
      case "authority" -> authority = Optional.of(readAuthority(in));
      case "synchrony" -> synchrony = Optional.of(readSynchrony(in));
      case "feature" -> readFeature(in);
      default -> in.skip();
    }
  }

  /** As the answer of an app: what is absent stays as it is. */
  ConsensusParamsUpdate toUpdate() {
    return new ConsensusParamsUpdate(
        block,
        evidence,
        pubKeyTypes,
        appVersion,
        // one line has one of the two
        featureHeight.isPresent() ? featureHeight : abciHeight,
        authority,
        synchrony,
        pbtsHeight);
  }

  /** As a whole document of this line: what is absent is 0, what the line doesn't know is left. */
  ConsensusParams toParams(final EngineLine line) {
    final EngineLine.ParamsForm form = line.paramsForm();
    final BlockParams given = block.orElse(NO_BLOCK);
    final boolean hasFeature = form == EngineLine.ParamsForm.SYNCHRONY_FEATURE;
    final boolean hasAuthority = form == EngineLine.ParamsForm.ABCI_AUTHORITY;
    final boolean hasAbci = hasAuthority || form == EngineLine.ParamsForm.ABCI;
    final boolean hasTimeIota = form == EngineLine.ParamsForm.ALWAYS_PRESENT;
    return new ConsensusParams(
        new BlockParams(given.maxBytes(), given.maxGas(), hasTimeIota ? given.timeIotaMs() : 0),
        evidence.orElse(NO_EVIDENCE),
        pubKeyTypes.orElse(List.of()),
        appVersion.orElse(0),
        hasFeature ? featureHeight.orElse(0) : hasAbci ? abciHeight.orElse(0) : 0,
        hasAuthority ? authority.orElse("") : "",
        hasFeature
            ? synchrony.orElse(SynchronyUpdate.NOTHING).applyTo(SynchronyParams.NONE)
            : SynchronyParams.NONE,
        hasFeature ? pbtsHeight.orElse(0) : 0);
  }

  private static BlockParams readBlock(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    long maxBytes = 0;
    long maxGas = 0;
    long timeIotaMs = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "max_bytes" -> maxBytes = in.readLong();
        case "max_gas" -> maxGas = in.readLong();
        case "time_iota_ms" -> timeIotaMs = in.readLong();
        default -> in.skip();
      }
    }
    return new BlockParams(maxBytes, maxGas, timeIotaMs);
  }

  private static EvidenceParams readEvidence(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    long maxAgeNumBlocks = 0;
    Duration maxAgeDuration = Duration.ZERO;
    long maxBytes = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "max_age_num_blocks" -> maxAgeNumBlocks = in.readLong();
        case "max_age_duration" -> maxAgeDuration = in.readDuration();
        case "max_bytes" -> maxBytes = in.readLong();
        default -> in.skip();
      }
    }
    return new EvidenceParams(maxAgeNumBlocks, maxAgeDuration, maxBytes);
  }

  private static List<String> readPubKeyTypes(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    final List<String> types = new ArrayList<>();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (!field.equals("pub_key_types")) {
        in.skip();
      } else if (in.isArrayNotNull()) {
        while (in.nextElement()) {
          types.add(in.readText());
        }
      }
    }
    return types;
  }

  private static long readVersion(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    long app = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        // app_version: the field's name in 0.34's protobuf, and so in its block results
        case "app", "app_version" -> app = in.readUnsignedLong();
        default -> in.skip();
      }
    }
    return app;
  }

  private static long readAbci(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    long height = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("vote_extensions_enable_height")) {
        height = in.readLong();
      } else {
        in.skip();
      }
    }
    return height;
  }

  private static String readAuthority(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    String authority = "";
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("authority")) {
        authority = in.readTextOrNull();
      } else {
        in.skip();
      }
    }
    return authority;
  }

  private static SynchronyUpdate readSynchrony(final JsonInput in)
      throws IOException, MalformedJsonException {
    in.requireObject();
    Optional<Duration> precision = Optional.empty();
    Optional<Duration> messageDelay = Optional.empty();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "precision" -> precision = readDuration(in);
        case "message_delay" -> messageDelay = readDuration(in);
        default -> in.skip();
      }
    }
    return new SynchronyUpdate(precision, messageDelay);
  }

  private static Optional<Duration> readDuration(final JsonInput in)
      throws IOException, MalformedJsonException {
    return in.isNull() ? Optional.empty() : Optional.of(in.readDuration());
  }

  private void readFeature(final JsonInput in) throws IOException, MalformedJsonException {
    in.requireObject();
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "vote_extensions_enable_height" -> featureHeight = readHeight(in);
        case "pbts_enable_height" -> pbtsHeight = readHeight(in);
        default -> in.skip();
      }
    }
  }

  /** A plain number in a genesis, {@code {"value":"5"}} or null in results (a wrapped Int64). */
  private static OptionalLong readHeight(final JsonInput in)
      throws IOException, MalformedJsonException {
    if (in.isNull()) {
      return OptionalLong.empty();
    }
    if (!in.isObject()) {
      return OptionalLong.of(in.readLong());
    }
    long height = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      if (field.equals("value")) {
        height = in.readLong();
      } else {
        in.skip();
      }
    }
    return OptionalLong.of(height);
  }
}
