/**
 * What a node keeps on disk. The packages below hold the key-value databases, the stores made of
 * them, the answers journal and the home directory; nothing lives at this level itself.
 */
@NullMarked
package dev.understudy.storage;

import org.jspecify.annotations.NullMarked;
