/**
 * The app as a child process: found, started without its engine, watched, and stopped in order.
 * Knows nothing of blocks, databases or the calls made to the app.
 */
@NullMarked
package dev.understudy.shim.app;

import org.jspecify.annotations.NullMarked;
