import { join } from 'node:path'
import type { Peer } from './peer.ts'
import { outputOf, tryOutputOf } from './programs.ts'

const MODULES = ['applications', 'core', 'internet', 'network', 'point-to-point', 'traffic-control']

/** ns-3, as Debian builds it: optimized, without its assertions. */
export const ns3: Peer = {
  name: 'ns-3',
  keepsOrder: false,
  find: (folder) => {
    const version = tryOutputOf(['pkg-config', '--modversion', 'ns3-core'])
    const flags = tryOutputOf(['pkg-config', '--cflags', 'ns3-core'])
    if (version === null || flags === null || tryOutputOf(['g++', '--version']) === null)
      return { get: 'apt-get install g++ pkg-config libns3-dev' }
    const build = (name: string): string => {
      const program = join(folder, name)
      const libraries = MODULES.map((module) => `-lns3-${module}`)
      const words = flags.split(' ').filter((word) => word !== '')
      outputOf(['g++', '-O2', '-std=c++20', `bench/peers/${name}.cc`, '-o', program, ...words, ...libraries])
      return program
    }
    const [bulk, hold] = ['ns3-bulk', 'ns3-hold'].map(build)
    return {
      version,
      hold: ({ pending, operations, segments }) => [hold, `${pending}`, `${operations}`, `${segments}`],
      bulk: (bytes) => ({
        program: [bulk, `--bytes=${bytes}`],
        packets: () => Number(outputOf([bulk, `--bytes=${bytes}`, '--count=1']).split(' ')[1]),
      }),
    }
  },
}
