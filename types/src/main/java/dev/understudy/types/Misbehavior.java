package dev.understudy.types;

import java.time.Instant;

/** Evidence in the form in which the app is told of it, one entry per accused validator. */
public record Misbehavior(
    Type type, Address address, long power, long height, Instant time, long totalVotingPower) {

  /** CometBFT abci/types.proto: MisbehaviorType. */
  public enum Type {
    DUPLICATE_VOTE(1),
    LIGHT_CLIENT_ATTACK(2);

    private final int number;

    Type(final int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }
}
