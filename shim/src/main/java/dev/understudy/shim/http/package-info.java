/**
 * What the faces over HTTP (status page, RPC, snapshots) have in common: the place where one
 * listens, from its start to its close, and threads that make answers. Knows nothing of what is
 * asked and answered.
 */
@NullMarked
package dev.understudy.shim.http;

import org.jspecify.annotations.NullMarked;
