// Run by each member's startup probe until it succeeds: the first member makes the replica set, once;
// the others wait until they are in it. With several members it succeeds as soon as all of them answer.
const members = process.env.MEMBERS.split(' ')

try {
  rs.status()
} catch ({ codeName }) {
  if (codeName !== 'NotYetInitialized') throw codeName
  if (process.env.HOSTNAME !== members[0]) quit(1)
  rs.initiate({
    _id: 'rs0',
    members: members.map((name, _id) => ({ _id, host: `${name}.mongodb.tideway.svc:27017` })),
  })
}
const { isWritablePrimary, secondary } = db.hello()
quit(isWritablePrimary || secondary ? 0 : 1)
