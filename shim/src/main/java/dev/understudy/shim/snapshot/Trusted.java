package dev.understudy.shim.snapshot;

import dev.understudy.types.ValidatorSet;
import java.time.Instant;

/** A trusted height and the validators of the height after it. */
record Trusted(long height, Instant time, ValidatorSet next) {}
