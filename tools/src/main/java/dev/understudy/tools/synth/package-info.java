/**
 * Archives of made chains, of any length and shape, for measuring and trying out: the blocks are
 * valid in every respect, the keys worth nothing. The app is CometBFT's kvstore. Knows no pipeline
 * and no node's home, and never prints.
 */
@NullMarked
package dev.understudy.tools.synth;

import org.jspecify.annotations.NullMarked;
