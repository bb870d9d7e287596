import { describe, expect, test } from 'vitest'
import { kindOf, nameOf, unitOf } from '../../bench/fidelity/measured-cell.ts'
import { type ReadCells, readMeasured } from '../../bench/fidelity/read-measured.ts'

const HEAD = 'stack,oneway_us,rate_mbps,queue,loss,cc,rtt_ms,path,what,rep,value'
const NS3_HEAD = 'cc,one_way_delay,loss,rngrun,goodput_mbps,events,packets'

function cellsOf(read: ReadCells) {
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.cells
}

describe('a file of measurements', () => {
  test('a file of measurements is read into one cell for all rows with the same conditions', () => {
    const text = `${HEAD}
go,10000,100,200,0,cubic,20.1,http,fresh,0,40.8
go,10000,100,200,0.01,cubic,20.1,http,bulk3000000,0,8.4
go,10000,100,200,0,cubic,20.1,http,fresh,1,41.2
`
    const cells = cellsOf(readMeasured(text, 'measured.csv'))
    expect(cells.map(({ values }) => values)).toEqual([[40.8, 41.2], [8.4]])
    expect(cells.map(nameOf)).toEqual([
      'go 20.1ms 100Mbps q200 0% cubic http fresh',
      'go 20.1ms 100Mbps q200 1% cubic http bulk3000000',
    ])
    expect(cells.map(kindOf)).toEqual(['latency', 'throughput under loss'])
    expect(cells.map(unitOf)).toEqual(['ms', 'Mbps'])
  })

  test('a file of ns-3 measurements has its own columns, and its round-trip time is two delays', () => {
    const text = `${NS3_HEAD}\nTcpCubic,500us,0.001,1,96.1,9,9\nTcpCubic,500us,0.001,2,95.9,9,9\nTcpCubic,5ms,0,1,96.2,9,9\n`
    const cells = cellsOf(readMeasured(text, 'ns3.csv'))
    expect(cells.map(({ onewayUs, rttMs, values }) => ({ onewayUs, rttMs, values }))).toEqual([
      { onewayUs: 500, rttMs: 1, values: [96.1, 95.9] },
      { onewayUs: 5000, rttMs: 10, values: [96.2] },
    ])
    expect(cells.map(kindOf)).toEqual(['ns-3', 'ns-3'])
  })

  test('a file of measurements with invalid rows is refused with a list of all these lines', () => {
    const text = `${HEAD}
go,10000,100,200,0,cubic,20.1,http,fresh,0,fast
go,10000,100,200,0,cubic,20.1,http,fresh,1,41.2
go,10000,100,200,1.5,cubic,20.1,http,fresh,1,41.2
go,10000
`
    const read = readMeasured(text, 'mine.csv')
    expect(read.ok ? [] : read.problems.map((problem) => problem.slice(0, 11))).toEqual([
      'mine.csv:2:',
      'mine.csv:4:',
      'mine.csv:5:',
    ])
  })

  test('a file of measurements with other columns is refused with a list of the expected ones', () => {
    const read = readMeasured('time,value\n1,2\n', 'mine.csv')
    expect(read).toEqual({ ok: false, problems: [`mine.csv:1: expected the columns ${HEAD}, or of ns-3 ${NS3_HEAD}`] })
    expect(readMeasured(`${HEAD}\n`, 'mine.csv')).toEqual({ ok: false, problems: ['mine.csv: no rows'] })
  })
})
