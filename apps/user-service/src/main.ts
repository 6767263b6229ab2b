import * as kafkajs from 'kafkajs'
console.log('user-service', typeof kafkajs.Kafka)
