package dev.understudy.shim;

import dev.understudy.shim.serve.StateForm;
import java.util.OptionalLong;

/**
 * How snapshots are served.
 *
 * @param host where the server listens
 * @param port 0 takes a free one
 * @param interval heights between two snapshots; empty is the pool's own
 * @param startHeight begin with the nearest archived snapshot at or below; empty is one before the
 *     pool's newest
 * @param prune whether app and home forget what lies more than six intervals back
 * @param keepSnapshots whether the app keeps all of its snapshots nevertheless
 * @param waitForPool whether the sync stays within three intervals of the pool
 */
public record ServeConfig(
    String host,
    int port,
    StateForm form,
    OptionalLong interval,
    OptionalLong startHeight,
    boolean prune,
    boolean keepSnapshots,
    boolean waitForPool) {}
