/**
 * ABCI over gRPC: unary calls to the service that the engine line names. Knows nothing of blocks or
 * of the order of calls; that is {@code shim.abci}'s.
 */
@NullMarked
package dev.understudy.shim.abci.grpc;

import org.jspecify.annotations.NullMarked;
