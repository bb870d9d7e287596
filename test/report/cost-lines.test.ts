import { expect, test } from 'vitest'
import type { Cause } from '../../src/measure/check.ts'
import { costLines } from '../../src/report/check/cost-lines.ts'

const cause = (flag: Cause['flag']): Cause => ({ what: 'x', from: '', at: null, flag, permission: null })
const apiservers = (name: string) => cause({ program: 'kube-apiserver', name, about: null })

test('the cost of fixing a flag says what stops working, once for each flag', () => {
  const port = cause({ program: 'kubelet', name: 'readOnlyPort', about: null })
  const lines = costLines({ causes: [apiservers('kubelet-certificate-authority'), port, port] })
  expect(lines.map((line) => line.slice(0, 60))).toEqual([
    'cost of fixing --kubelet-certificate-authority: logs, exec, ',
    'cost of fixing readOnlyPort: programs that read metrics or p',
  ])
})

test('a cause without a flag, or whose change breaks nothing known, has no cost', () => {
  expect(costLines({ causes: [cause(null), apiservers('insecure-port')] })).toEqual([])
})
