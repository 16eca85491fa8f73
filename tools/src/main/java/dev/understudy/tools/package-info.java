/**
 * Everything that a person types. The packages below hold the command line, the demo and the
 * archive tools; nothing lives at this level itself.
 */
@NullMarked
package dev.understudy.tools;

import org.jspecify.annotations.NullMarked;
