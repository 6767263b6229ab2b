import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

/** What was reserved for an order, or that it was not. */
@Schema({ collection: 'reservations', versionKey: false })
export class ReservationRecord {
  /** The order's id. */
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, required: true })
  item: string

  @Prop({ type: Number, required: true })
  quantity: number

  @Prop({ type: String, enum: ['reserved', 'sold-out'], required: true })
  decision: 'reserved' | 'sold-out'

  @Prop({ type: Date, required: true })
  decidedAt: Date
}

/** That nothing is reserved for an order any more, whatever the reservation says, and whether or not it is there yet. */
@Schema({ collection: 'releases', versionKey: false })
export class ReleaseRecord {
  @Prop({ type: String })
  _id: string

  @Prop({ type: Date, required: true })
  releasedAt: Date
}

export const ReservationSchema = SchemaFactory.createForClass(ReservationRecord)
export const ReleaseSchema = SchemaFactory.createForClass(ReleaseRecord)
