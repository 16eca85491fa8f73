/** Crashes of every kind on a modelled disk: processes killed, power cut, pages lost. */
@org.jspecify.annotations.NullMarked
package dev.understudy.shim.crash;
