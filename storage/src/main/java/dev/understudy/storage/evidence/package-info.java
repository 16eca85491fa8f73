/** The evidence database: which evidence blocks have already carried. Judges no evidence. */
@NullMarked
package dev.understudy.storage.evidence;

import org.jspecify.annotations.NullMarked;
