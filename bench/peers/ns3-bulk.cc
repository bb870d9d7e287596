// The bulk transfer of bulk.ts in ns-3: one TCP flow over 100 Mbps, 10 ms each way, a queue of 200 packets.
//
//   g++ -O2 -std=c++20 bench/peers/ns3-bulk.cc -o ns3-bulk $(pkg-config --cflags ns3-core) \
//     -lns3-applications -lns3-core -lns3-internet -lns3-network -lns3-point-to-point -lns3-traffic-control
//   ./ns3-bulk --bytes=1000000000            prints the bytes that arrived
//   ./ns3-bulk --bytes=1000000000 --count=1  also the packets, which takes time and is not measured
//
// Needs ns-3 3.43 (Debian: libns3-dev).
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"

#include <iostream>

using namespace ns3;

static uint64_t g_packets = 0;

int
main(int argc, char** argv)
{
    uint64_t bytes = 1000000000;
    bool count = false;
    CommandLine command;
    command.AddValue("bytes", "to transfer", bytes);
    command.AddValue("count", "also count the packets that arrive, at both ends", count);
    command.Parse(argc, argv);
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(4 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(4 << 20));

    NodeContainer nodes;
    nodes.Create(2);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("10ms"));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("200p"));
    NetDeviceContainer devices = link.Install(nodes);
    InternetStackHelper().Install(nodes);
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
    TrafficControlHelper().Uninstall(devices);
    if (count)
    {
        Callback<void, Ptr<const Packet>> onPacket([](Ptr<const Packet>) { g_packets++; });
        for (uint32_t end = 0; end < 2; end++)
        {
            devices.Get(end)->TraceConnectWithoutContext("PhyRxEnd", onPacket);
        }
    }

    BulkSendHelper source("ns3::TcpSocketFactory", InetSocketAddress(interfaces.GetAddress(1), 5000));
    source.SetAttribute("SendSize", UintegerValue(1448));
    source.SetAttribute("MaxBytes", UintegerValue(bytes));
    source.Install(nodes.Get(0)).Start(Seconds(0));
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 5000));
    ApplicationContainer sinks = sink.Install(nodes.Get(1));
    sinks.Start(Seconds(0));
    Simulator::Run();
    std::cout << DynamicCast<PacketSink>(sinks.Get(0))->GetTotalRx() << " " << g_packets << "\n";
    Simulator::Destroy();
}
