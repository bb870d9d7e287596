import type { Peer } from './peer.ts'
import { tryOutputOf } from './programs.ts'

/** The Python of Debian, for which its package is. */
const PYTHON = '/usr/bin/python3'
/** It is so slow that fewer operations are as good a measure. */
const OPERATIONS = 30_000

/** SimPy 2, which Debian has. SimPy 3 and 4 have another interface, and were not measured. */
export const simpy: Peer = {
  name: 'SimPy',
  keepsOrder: false,
  find: () => {
    const version = tryOutputOf([PYTHON, '-c', 'import SimPy; print(SimPy.__version__)'])
    if (version === null) return { get: 'apt-get install python3-simpy' }
    return {
      version,
      hold: ({ pending }) => [PYTHON, 'bench/peers/simpy-hold.py', `${pending}`, `${OPERATIONS}`, '2'],
    }
  },
}
