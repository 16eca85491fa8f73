/** A store that lives in memory, for tests and dry runs. Knows no files and no backend. */
@NullMarked
package dev.understudy.storage.kv.memory;

import org.jspecify.annotations.NullMarked;
