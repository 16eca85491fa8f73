/**
 * What a person types and what is printed in answer: options, exit codes, output. The only package
 * that prints to stdout or ends the process; knows how nothing is done.
 */
@NullMarked
package dev.understudy.tools.cli;

import org.jspecify.annotations.NullMarked;
