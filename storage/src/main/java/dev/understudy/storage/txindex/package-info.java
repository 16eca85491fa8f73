/**
 * The kv indexer's database, by which a node finds transactions and blocks by their events. Only
 * writes; searching is the node's.
 */
@NullMarked
package dev.understudy.storage.txindex;

import org.jspecify.annotations.NullMarked;
