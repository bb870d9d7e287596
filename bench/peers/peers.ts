import { npmQueue } from './npm-queue.ts'
import { ns3 } from './ns3.ts'
import { onpath } from './onpath.ts'
import type { Peer } from './peer.ts'
import { simpy } from './simpy.ts'
import { stdPriorityQueue } from './std-priority-queue.ts'

/** The peer to which all others are compared. */
export const OURS: Peer = onpath('onpath', 'linux')

/** All peers, in the order of tables. */
export const PEERS: readonly Peer[] = [
  OURS,
  onpath('onpath, profile ns3', 'ns3'),
  ns3,
  stdPriorityQueue,
  simpy,
  npmQueue('tinyqueue', 'tinyqueue'),
  npmQueue('heap-js', 'heap-js'),
  npmQueue('@datastructures-js/priority-queue', 'datastructures-js'),
  npmQueue('fastpriorityqueue', 'fastpriorityqueue'),
  npmQueue('flatqueue', 'flatqueue', false),
]
