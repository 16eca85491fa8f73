/**
 * The chain's JSON (cmtjson, as RPC answers, archives and genesis files carry it) read token by
 * token into the vocabulary of {@code types}, and written from it byte for byte as a node's RPC
 * writes it. Knows no proofs: what it reads is only well-formed, hashes must say whether it is
 * true. Does no I/O but on the streams it is given.
 */
@NullMarked
package dev.understudy.types.json;

import org.jspecify.annotations.NullMarked;
