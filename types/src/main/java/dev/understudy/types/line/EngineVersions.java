package dev.understudy.types.line;

import dev.understudy.types.AppTimeouts;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.State;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Engine lines found from what people, scripts and programs call them: the one place where version
 * strings are read.
 */
public final class EngineVersions {
  private static final Pattern VERSION =
      Pattern.compile("v?(\\d{1,6})\\.(\\d{1,6})(\\.\\d+)?([-+].*)?");

  /** celestia-core counts its own versions and names its base behind them: 1.45.0-tm-v0.34.35. */
  private static final Pattern CELESTIA =
      Pattern.compile("v?\\d+\\.\\d+\\.\\d+-tm-v(\\d+\\.\\d+).*");

  private static final String CELESTIA_NAME = "celestia";

  private EngineVersions() {}

  /** What is taken where nothing tells the line. */
  public static EngineLine usual() {
    return EngineLine.COMETBFT_0_38;
  }

  /**
   * Whether a text names a release at all. Forks often carry a commit instead (0.0.0-2024…) or
   * nothing.
   */
  public static boolean isRelease(final String version) {
    final Matcher matcher = VERSION.matcher(version);
    return matcher.matches() && !(matcher.group(1).equals("0") && matcher.group(2).equals("0"));
  }

  /** The line of a release of Tendermint, CometBFT or celestia-core 0.34. */
  public static Optional<EngineLine> ofRelease(final String version) {
    final Matcher celestia = CELESTIA.matcher(version);
    if (celestia.matches()) {
      return celestia.group(1).equals("0.34")
          ? Optional.of(EngineLine.CELESTIA_0_34)
          : Optional.empty();
    }
    final Matcher matcher = VERSION.matcher(version);
    return matcher.matches()
        ? ofNumbers(matcher.group(1) + "." + matcher.group(2))
        : Optional.empty();
  }

  private static Optional<EngineLine> ofNumbers(final String numbers) {
    return Arrays.stream(EngineLine.values())
        .filter(line -> line.label().equals(numbers))
        .findFirst();
  }

  /**
   * By a name that a person gives: a line, a version of it, or KSYNC's names, in any case and with
   * or without the v ({@code cometbft-v0.37}, {@code Celestia-Core-0.34}).
   */
  public static Optional<EngineLine> ofName(final String name) {
    final String plain = name.toLowerCase(Locale.ROOT).trim();
    if (plain.startsWith(CELESTIA_NAME)) {
      final String version = plain.replaceFirst("^celestia(-core)?[- ]?v?", "");
      final boolean known = version.equals("0.34") || version.startsWith("0.34.");
      return known
          ? Optional.of(EngineLine.CELESTIA_0_34)
          : ofRelease(version).filter(line -> line == EngineLine.CELESTIA_0_34);
    }
    return ofRelease(plain.replaceFirst("^(cometbft|tendermint)-", ""));
  }

  /**
   * The line of a release, or a refusal that says why there is none.
   *
   * @param version one that {@link #isRelease names a release}
   * @param who whose engine it is, as the message calls it: "the binary /usr/bin/simd"
   */
  public static EngineLine require(final String version, final String who) throws FailureException {
    final Optional<EngineLine> line = ofRelease(version);
    if (line.isPresent()) {
      return line.get();
    }
    throw new FailureException(
        FailureKind.CONFIGURATION,
        "%s has engine version %s, %s".formatted(who, version, whyNot(version)),
        "This version of Understudy plays CometBFT (Tendermint) %s. Use a binary of one of these"
                .formatted(known())
            + " lines, or a version of Understudy that knows the other. Nothing was changed.");
  }

  private static String whyNot(final String version) {
    final Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      return "which is no version of CometBFT";
    }
    final int major = Integer.parseInt(matcher.group(1));
    final int minor = Integer.parseInt(matcher.group(2));
    if (major == 0 && minor < 34) {
      return "which is older than any that is played";
    }
    if (major == 0 && minor < 37) {
      return "which was withdrawn and is not played";
    }
    return "which is newer than any that this version of Understudy knows";
  }

  /** The line of the node that wrote a state, as far as the state shows it. */
  public static Optional<EngineLine> writerOf(final State state) {
    // Celestia's nodes call themselves 0.34 as well
    return state.timeouts().equals(AppTimeouts.NONE)
        ? ofRelease(state.software())
        : Optional.of(EngineLine.CELESTIA_0_34);
  }

  /**
   * The lines whose nodes write a version into homes, as "0.39 or 0.40": the newest release of a
   * line may still carry the constant of another.
   */
  public static String writersOf(final String version) {
    final String plain = version.replaceFirst("^v", "");
    return Arrays.stream(EngineLine.values())
        .filter(line -> mayBeOf(plain, line))
        .filter(line -> line != EngineLine.CELESTIA_0_34)
        .map(EngineLine::label)
        .collect(Collectors.joining(" or "));
  }

  /** Whether a program or a home that says this version can be of a line. */
  public static boolean mayBeOf(final String version, final EngineLine line) {
    return version.equals(line.software()) || ofRelease(version).equals(Optional.of(line));
  }

  /**
   * Refuses a version that nodes of more than one line write.
   *
   * @param source who says it: "the state in … (written by 0.39.0)"
   */
  public static void requireClear(final String version, final String source)
      throws FailureException {
    if (hasSeveralWriters(version)) {
      throw new FailureException(
          FailureKind.CONFIGURATION,
          "the engine line is not clear: %s, and nodes of more than one line write that"
              .formatted(source),
          "Say it with --engine: %s.".formatted(writersOf(version)));
    }
  }

  /** Whether {@link #writersOf} names more than one line. */
  public static boolean hasSeveralWriters(final String version) {
    return writersOf(version).contains(" or ");
  }

  /** All lines by their labels, for messages. */
  public static String known() {
    return Arrays.stream(EngineLine.values())
        .map(EngineLine::label)
        .collect(Collectors.joining(", "));
  }

  /**
   * Whether a home that a node of one line has written can't go on with another. An older line's
   * home goes on with a later line, as at an upgrade; Celestia's fork stands for itself.
   */
  public static boolean isForeignHome(final EngineLine writer, final EngineLine line) {
    if (writer == line) {
      return false;
    }
    // its nodes call themselves 0.34 as well, so a home of "0.34" may be theirs
    if (writer == EngineLine.TENDERMINT_0_34 && line == EngineLine.CELESTIA_0_34) {
      return false;
    }
    return writer == EngineLine.CELESTIA_0_34
        || line == EngineLine.CELESTIA_0_34
        || writer.compareTo(line) > 0;
  }
}
