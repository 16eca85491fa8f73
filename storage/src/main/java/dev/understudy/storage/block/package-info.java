/**
 * The block store: blocks in parts, their metas, their commits and the descriptor that says which
 * of them count. Decides nothing about when a block is proven or executed.
 */
@NullMarked
package dev.understudy.storage.block;

import org.jspecify.annotations.NullMarked;
