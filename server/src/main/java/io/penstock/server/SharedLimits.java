package io.penstock.server;

/**
 * What a connection has to share.
 *
 * @param memory with all connections of the actor system
 * @param identities with those of the same client at the same listener
 */
record SharedLimits(MemoryBudget memory, IdentityRates identities) {}
