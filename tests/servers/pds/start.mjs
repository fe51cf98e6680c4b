// Starts a PLC directory and a real PDS on loopback, says where in one line of JSON, and stops when its input ends.
import net from 'node:net'

// The development network listens on every interface. Nothing in a test should be reachable from outside.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  const [first, ...rest] = args
  if (first !== null && typeof first === 'object') {
    if (first.path !== undefined) return listen.apply(this, args)
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  }
  const callback = rest.findLast((each) => typeof each === 'function')
  return listen.call(this, { port: Number(first ?? 0), host: '127.0.0.1' }, callback)
}

const { TestNetworkNoAppView } = (await import('@atproto/dev-env')).default ?? (await import('@atproto/dev-env'))
const network = await TestNetworkNoAppView.create({
  dbPostgresSchema: 'postguard',
  plc: {},
  pds: { hostname: 'localhost', enableDidDocWithSession: true },
})
console.log(JSON.stringify({ plc: network.plc.port, pds: network.pds.port }))

const stop = async () => {
  await Promise.race([network.close(), new Promise((done) => setTimeout(done, 2000).unref())])
  process.exit(0)
}
process.stdin.on('end', stop).resume()
process.on('SIGTERM', stop)
