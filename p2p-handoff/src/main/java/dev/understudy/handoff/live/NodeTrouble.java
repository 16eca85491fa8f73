package dev.understudy.handoff.live;

import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node's last lines mean, from the words of CometBFT 0.34 to 1.0 and of the SDK. */
final class NodeTrouble {
  private static final int SHOWN_LINES = 12;
  private static final int SHOWN_CHARS = 400;

  /** One kind of end: how it is recognised, what it means and what helps. */
  private record Known(Pattern sign, String meaning, String advice) {
    private static Known of(final String sign, final String meaning, final String advice) {
      return new Known(Pattern.compile(sign, Pattern.CASE_INSENSITIVE), meaning, advice);
    }
  }

  /** The first that fits counts: a panic often drags others behind it. */
  private static final List<Known> ALL =
      List.of(
          Known.of(
              "UPGRADE \"([^\"]+)\" NEEDED at height:? (\\d+)",
              "the chain has an upgrade that this binary is not for",
              "Install the upgrade's binary (cosmovisor switches by itself), then run the same"
                  + " command again."),
          Known.of(
              "failed to reconstruct last extended commit",
              "vote extensions are on, and the extended commit of the last block is missing",
              "No archive holds it: run 'understudy handoff --set-aside' on the home, or"
                  + " 'understudy run', which does it, then start the node."),
          Known.of(
              "failed to reconstruct (last|seen) commit",
              "the last block's seen commit is missing or has a bad signature",
              "Run 'understudy handoff --check' on the home; sync to another height."),
          Known.of(
              "genesis doc hash (in db )?does not match|genesis.*hash.*(mismatch|does not match)",
              "the genesis file is not the one that this home was begun with",
              "Put the chain's own genesis file back."),
          Known.of(
              "app block height \\(?\\d+\\)? is higher than core",
              "the app is ahead of the home",
              "Take app and home from the same moment; an app that ran elsewhere does not fit."),
          Known.of(
              "app block height \\(?\\d+\\)? is too (low|far below)",
              "the app is below what the home still holds",
              "Take app and home from the same moment, or sync both anew."),
          Known.of(
              "AppHash does not match|wrong Block\\.Header\\.AppHash|app hash mismatch",
              "the app computed another app hash than the chain",
              "The app's binary or data is not the chain's at this height: check its version; keep"
                  + " both for a diagnosis."),
          Known.of(
              "state( \\(\\d+\\))? and store( \\(\\d+\\))? height"
                  + " mismatch|StateBlockHeight|StoreBlockHeight.*> ",
              "block store and state are of different heights",
              "Run 'understudy handoff --check' on the home. After a snapshot the empty block store"
                  + " is accepted at one start only."),
          Known.of(
              "address already in use",
              "a port that it listens at is taken",
              "Stop the other program, or change laddr in config.toml (an SDK app: the addresses in"
                  + " app.toml), then run the same command again."),
          Known.of(
              "resource temporarily unavailable|database is locked|lock.*held by",
              "another process has a database open",
              "Stop the other node or app on this home, then run the same command again."),
          Known.of(
              "no space left on device",
              "the disk is full",
              "Make room, then run the same command again."),
          Known.of(
              "permission denied",
              "it may not read or write a file",
              "Check who owns the home, then run the same command again."),
          Known.of(
              "failed to start proxy app|error starting proxy app|error creating.*proxy"
                  + "|(socket|grpc)Client failed to connect|abci.*connection refused"
                  + "|error on abci client",
              "it does not reach the app",
              "See that the app runs where proxy_app says, then run the same command again."),
          Known.of(
              "unknown request from client",
              "its app speaks the ABCI of another engine line",
              "Give --node-binary the line of the app; the app has to be started again, and maybe"
                  + " the home synced anew."),
          Known.of(
              "encoding: unsupported key",
              "it can't read what a node of another engine line has written",
              "Give --node-binary the chain's binary for this height."),
          Known.of(
              "found signature from the same key",
              "this home's key has signed one of the last blocks: double_sign_check_height stops"
                  + " it",
              "Make sure that no other node has the key, and wait until that many blocks have gone"
                  + " by without it; never lower priv_validator_state.json."),
          Known.of(
              "priv_validator_state\\.json: no such file",
              "there is a validator key without its sign state",
              "On a validator restore the file of its last run; only a key that never signed may"
                  + " begin with {\"height\":\"0\",\"round\":0,\"step\":0}."),
          Known.of(
              "unknown db_backend",
              "it is not built with the backend that config.toml names",
              "Take a binary that is, or change the home with 'understudy db convert'."),
          Known.of(
              "While parsing config",
              "config.toml can't be read",
              "Correct the file; 'understudy handoff --check' names the line."),
          Known.of(
              "CONSENSUS FAILURE",
              "its consensus has stopped over an error",
              "Read the lines before it in the log; the app's binary is the usual cause."),
          Known.of(
              "unknown (command|flag|shorthand)",
              "it does not know a command or flag that it was started with",
              "Correct --node-binary and --node-args."));

  private NodeTrouble() {}

  /** What is known of these lines, if anything. */
  static Optional<String> meaning(final List<String> lines) {
    return known(lines).map(Known::meaning);
  }

  static FailureException ofEnd(final String exit, final List<String> lines, final String where) {
    final Optional<Known> known = known(lines);
    return new FailureException(
        FailureKind.NODE,
        "the real node " + exit + known.map(k -> ": " + k.meaning()).orElse("") + shown(lines),
        known.map(Known::advice).orElse("Its last lines say why.")
            + " "
            + where
            + "The home is kept.");
  }

  private static Optional<Known> known(final List<String> lines) {
    final String text = String.join("\n", lines);
    return ALL.stream()
        .filter(
            known -> {
              final Matcher matcher = known.sign().matcher(text);
              return matcher.find();
            })
        .findFirst();
  }

  /** The last lines, from a panic on where there is one: the stack behind it says little. */
  private static String shown(final List<String> lines) {
    int from = Math.max(0, lines.size() - SHOWN_LINES);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("panic:")) {
        from = i;
        break;
      }
    }
    final List<String> some =
        lines.subList(from, Math.min(lines.size(), from + SHOWN_LINES)).stream()
            .map(l -> l.length() > SHOWN_CHARS ? l.substring(0, SHOWN_CHARS) + " ..." : l)
            .toList();
    return some.isEmpty() ? "" : ". It said:\n  " + String.join("\n  ", some);
  }
}
