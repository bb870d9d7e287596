import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { holdProcess } from './npm-queue.ts'
import type { Peer } from './peer.ts'
import { outputOf, versionIn } from './programs.ts'

/** Returns onpath itself, with the TCP profile of its hosts. */
export function onpath(name: string, profile: 'linux' | 'ns3'): Peer {
  return {
    name,
    keepsOrder: true,
    find: (folder) => ({
      version: versionIn('package.json'),
      ...(profile === 'linux' ? { hold: holdProcess('onpath') } : {}),
      bulk: (bytes) => {
        const file = join(folder, `bulk-${profile}-${bytes}.yaml`)
        writeFileSync(file, scenario(profile, bytes))
        const program = [process.execPath, 'bin/onpath.js', 'run', file, '--json'] as const
        return { program, packets: () => packetsIn(outputOf(program)) }
      },
    }),
  }
}

function packetsIn(text: string): number {
  const { packets }: { packets: number } = JSON.parse(text)
  return packets
}

/** The transfer of `ns3-bulk.cc`. */
function scenario(profile: string, bytes: number): string {
  const host = `{ cpu: instant, tcp: { profile: ${profile}, send-buffer: 4MiB, receive-buffer: 4MiB } }`
  return `
version: 1
hosts: { client: ${host}, server: ${host} }
links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps, queue: 200 packets } }
paths: { download: { from: client, to: server } }
workloads: { bulk: { path: download, requests: 1, response: ${bytes}B } }
`
}
