/**
 * Files and directories that must outlive a power cut: forcing, and replacing a small file whole.
 * Knows nothing of databases, journals or homes.
 */
@NullMarked
package dev.understudy.storage.disk;

import org.jspecify.annotations.NullMarked;
