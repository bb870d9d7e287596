import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { Certificate } from '../../security/certificate.ts'
import type { CertifiedNode } from './bootstrapping-plan.ts'

class ValidityTable implements ArenaTable {
  notBeforeS!: Float64Array
  notAfterS!: Float64Array

  layOut(columns: Columns): void {
    this.notBeforeS = columns.float64()
    this.notAfterS = columns.float64()
  }
}

/**
 * The certificates that the cluster has issued to its nodes. Certificates of one node differ in their validity only,
 * and the node uses the last one.
 */
export class IssuedCertificates {
  private readonly table = new ValidityTable()
  private readonly nodes: readonly CertifiedNode[]
  private readonly nodeByCertificate: ReadonlyMap<string, number>

  constructor(arena: Arena, nodes: readonly CertifiedNode[]) {
    this.nodes = nodes
    this.nodeByCertificate = new Map(nodes.map(({ certificate }, node) => [certificate, node]))
    arena.attach(this.table, Math.max(1, nodes.length))
    nodes.forEach(({ notBeforeS, notAfterS }, node) => {
      this.table.notBeforeS[node] = notBeforeS
      this.table.notAfterS[node] = notAfterS
    })
  }

  notBeforeS(node: number): number {
    return this.table.notBeforeS[node]
  }

  notAfterS(node: number): number {
    return this.table.notAfterS[node]
  }

  /** Returns whether the certificate of this name belongs to a node that received a new one after tick 0. */
  wasIssued(certificate: string): boolean {
    const node = this.nodeByCertificate.get(certificate)
    return node !== undefined && this.table.notBeforeS[node] !== this.nodes[node].notBeforeS
  }

  /** Issues a new certificate to the node, valid from `nowS` on. */
  issue(node: number, nowS: number): void {
    const { notBeforeS, notAfterS } = this.nodes[node]
    this.table.notBeforeS[node] = nowS
    this.table.notAfterS[node] = nowS + (notAfterS - notBeforeS)
  }

  /** Returns a client's certificate with the validity of the last one issued to that node. */
  asIssued(certificate: Certificate | null): Certificate | null {
    const node = certificate === null ? undefined : this.nodeByCertificate.get(certificate.name)
    if (certificate === null || node === undefined) return certificate
    return { ...certificate, notBeforeS: this.table.notBeforeS[node], notAfterS: this.table.notAfterS[node] }
  }
}
