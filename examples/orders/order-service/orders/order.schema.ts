import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose'

import { ORDER_STATES, type OrderState } from '../../contracts/order.saga.js'

/** A requested order. Stored once, never changed. */
@Schema({ collection: 'orders', versionKey: false })
export class OrderRecord {
  /** The order's id: its operation's. */
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, required: true })
  item: string

  @Prop({ type: Number, required: true })
  quantity: number

  /** In cents. */
  @Prop({ type: Number, required: true })
  amount: number

  /** When its operation was accepted. */
  @Prop({ type: Date, required: true })
  createdAt: Date
}

/**
 * How an order left a state: there is one collection for each state that can be left, and one record in it for an order at most,
 * for they share the id. So of all events that would leave a state one does.
 */
@Schema({ versionKey: false })
export class StepRecord {
  @Prop({ type: String })
  _id: string

  @Prop({ type: String, enum: ORDER_STATES, required: true })
  state: OrderState

  @Prop({ type: Date, required: true })
  at: Date
}

export const OrderSchema = SchemaFactory.createForClass(OrderRecord)
export const StepSchema = SchemaFactory.createForClass(StepRecord)
