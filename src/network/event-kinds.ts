/**
 * What an event of the network asks for. Kinds 0 and 1 are the network's, 2 attackers', 4 the transport's, 5 TLS', 6 and 7 HTTP's, 8 to 10 the
 * workloads', 11 the cluster's, 12 to 15 the simulation's, 16 to 31 the cluster's again: of one tick and one target,
 * lower kinds come first.
 */
export const PACKET_ARRIVAL = 0
export const WORK_DONE = 1
