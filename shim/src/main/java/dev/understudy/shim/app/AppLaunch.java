package dev.understudy.shim.app;

import dev.understudy.shim.abci.socket.AbciAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the app is started and stopped.
 *
 * @param program what is started
 * @param home its home
 * @param address where it is told to listen
 * @param extraFlags appended to its command line
 * @param folder where its log ({@code app.log}) and its process record lie; created where missing
 * @param mirrorLogs whether its output also goes to our log
 * @param stop how it is stopped
 */
public record AppLaunch(
    AppProgram program,
    Path home,
    AbciAddress address,
    List<String> extraFlags,
    Path folder,
    boolean mirrorLogs,
    StopPolicy stop) {

  public AppLaunch {
    extraFlags = List.copyOf(extraFlags);
  }

  /**
   * How patiently the app is stopped.
   *
   * @param repeat how often SIGTERM is sent again: some apps miss the first one
   * @param limit after this long the app is killed
   * @param orderlyFor how long, when this process is told to end, its own orderly way of stopping
   *     the app is waited for before the app is stopped anyway
   */
  public record StopPolicy(Duration repeat, Duration limit, Duration orderlyFor) {
    /** Every 5 s for 60 s; 30 s for the orderly way. */
    public static final StopPolicy DEFAULT =
        new StopPolicy(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(30));
  }
}
