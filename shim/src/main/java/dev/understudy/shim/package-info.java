/** The stand-in process: sources, verification, the app, execution, and the pipeline over them. */
@NullMarked
package dev.understudy.shim;

import org.jspecify.annotations.NullMarked;
