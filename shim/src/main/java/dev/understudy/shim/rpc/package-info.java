/**
 * The RPC face: what a node's RPC answers from its stores, over HTTP on loopback while a sync
 * works, in the node's own envelope and bytes. Only reads; knows nothing of sources, proofs and the
 * app.
 */
@NullMarked
package dev.understudy.shim.rpc;

import org.jspecify.annotations.NullMarked;
