import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { authorities } from '../flag-kind.ts'

export const clientCa: Flag<string | null> = {
  name: 'client-ca-file',
  kind: authorities(),
  meaning: 'The CA of client certificates; without one they are ignored.',
  cis: [
    cisCheck(
      { 15: '1.2.31', 19: '1.2.30', 22: '1.2.28', 24: '1.2.27', 26: '1.2.26', 27: '1.2.25' },
      { items: [{ flag: '--client-ca-file' }] },
    ),
  ],
  default: { provided: 'clientCa' },
}
