import { join } from 'node:path'
import type { Peer } from './peer.ts'
import { outputOf, tryOutputOf } from './programs.ts'

/** The priority queue of C++, with -O2. */
export const stdPriorityQueue: Peer = {
  name: 'std::priority_queue',
  keepsOrder: true,
  find: (folder) => {
    const version = tryOutputOf(['g++', '-dumpfullversion'])
    if (version === null) return { get: 'apt-get install g++' }
    const program = join(folder, 'priority-queue')
    outputOf(['g++', '-O2', '-std=c++17', 'bench/peers/priority-queue.cpp', '-o', program])
    return {
      version: `g++ ${version} -O2`,
      hold: ({ pending, operations, segments }) => [program, `${pending}`, `${operations}`, `${segments}`],
    }
  },
}
