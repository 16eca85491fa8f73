/**
 * Files and directories that must outlive a power cut: forcing, replacing a small file whole, the
 * steps of the write order by name, and what is told when the disk refuses. Knows nothing of
 * databases, journals or homes.
 */
@NullMarked
package dev.understudy.storage.disk;

import org.jspecify.annotations.NullMarked;
