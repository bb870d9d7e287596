// One bulk flow of ns-3, as ns3-goodput.csv has it: a row of that file, or with --trace a line for each data segment.
//
//   g++ -O2 -std=c++20 bench/fidelity/ns3/flow.cc -o /tmp/ns3-flow $(pkg-config --cflags ns3-core) \
//     -lns3-applications -lns3-core -lns3-internet -lns3-network -lns3-point-to-point -lns3-traffic-control
//   /tmp/ns3-flow --cc=TcpCubic --delay=25ms --loss=0.01 --RngRun=1
//   /tmp/ns3-flow --cc=TcpCubic --delay=5ms --drops=30,33 --seconds=0.3 --trace
//
// Needs ns-3 3.43 (Debian: libns3-dev).
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"

#include <iostream>
#include <list>
#include <sstream>

using namespace ns3;

namespace
{
uint64_t g_packets = 0;
uint32_t g_window = 0;
uint32_t g_threshold = 0;
TcpSocketState::TcpCongState_t g_state = TcpSocketState::CA_OPEN;

void
OnSegment(Ptr<const Packet> packet, const TcpHeader& header, Ptr<const TcpSocketBase>)
{
    if (packet->GetSize() == 0)
    {
        return;
    }
    std::cout << Simulator::Now().GetNanoSeconds() << "," << header.GetSequenceNumber().GetValue() - 1 << ","
              << g_window << "," << g_threshold << "," << g_state << "\n";
}

void
Watch()
{
    std::string socket = "/NodeList/0/$ns3::TcpL4Protocol/SocketList/0/";
    Callback<void, uint32_t, uint32_t> onWindow([](uint32_t, uint32_t value) { g_window = value; });
    Callback<void, uint32_t, uint32_t> onThreshold([](uint32_t, uint32_t value) { g_threshold = value; });
    Callback<void, TcpSocketState::TcpCongState_t, TcpSocketState::TcpCongState_t> onState(
        [](TcpSocketState::TcpCongState_t, TcpSocketState::TcpCongState_t value) { g_state = value; });
    Config::ConnectWithoutContext(socket + "CongestionWindow", onWindow);
    Config::ConnectWithoutContext(socket + "SlowStartThreshold", onThreshold);
    Config::ConnectWithoutContext(socket + "CongState", onState);
    Config::ConnectWithoutContext(socket + "Tx", MakeCallback(&OnSegment));
}

/** By chance, or the packets of these numbers, counted from 0 as they come to the sink, SYN included. */
Ptr<ErrorModel>
ErrorModelOf(double loss, const std::string& drops)
{
    if (drops.empty())
    {
        auto model = CreateObject<RateErrorModel>();
        model->SetAttribute("ErrorRate", DoubleValue(loss));
        model->SetAttribute("ErrorUnit", EnumValue(RateErrorModel::ERROR_UNIT_PACKET));
        return model;
    }
    auto model = CreateObject<ReceiveListErrorModel>();
    std::list<uint32_t> numbers;
    std::stringstream words(drops);
    for (std::string word; std::getline(words, word, ',');)
    {
        numbers.push_back(std::stoul(word));
    }
    model->SetList(numbers);
    return model;
}
} // namespace

int
main(int argc, char** argv)
{
    std::string cc = "TcpCubic";
    std::string delay = "5ms";
    std::string rate = "100Mbps";
    std::string drops;
    double loss = 0;
    double seconds = 30;
    bool trace = false;
    bool fqCodel = true;
    CommandLine command;
    command.AddValue("cc", "TcpCubic, TcpLinuxReno, TcpNewReno", cc);
    command.AddValue("delay", "one way", delay);
    command.AddValue("rate", "of the link", rate);
    command.AddValue("loss", "probability, of data only", loss);
    command.AddValue("drops", "numbers of packets that are lost, instead", drops);
    command.AddValue("seconds", "how long it runs", seconds);
    command.AddValue("trace", "time, sequence, window, threshold and state for each data segment", trace);
    command.AddValue("fq-codel", "the default queue above the device", fqCodel);
    command.Parse(argc, argv);
    Config::SetDefault("ns3::TcpL4Protocol::SocketType", StringValue("ns3::" + cc));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(32 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(32 << 20));

    NodeContainer nodes;
    nodes.Create(2);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue(rate));
    link.SetChannelAttribute("Delay", StringValue(delay));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("1000p"));
    NetDeviceContainer devices = link.Install(nodes);
    InternetStackHelper().Install(nodes);
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
    Ipv4InterfaceContainer interfaces = addresses.Assign(devices);
    if (!fqCodel)
    {
        TrafficControlHelper().Uninstall(devices);
    }
    if (loss > 0 || !drops.empty())
    {
        devices.Get(1)->SetAttribute("ReceiveErrorModel", PointerValue(ErrorModelOf(loss, drops)));
    }
    for (uint32_t end = 0; end < 2; end++)
    {
        Callback<void, Ptr<const Packet>> count([](Ptr<const Packet>) { g_packets++; });
        devices.Get(end)->TraceConnectWithoutContext("PhyRxEnd", count);
    }

    BulkSendHelper source("ns3::TcpSocketFactory", InetSocketAddress(interfaces.GetAddress(1), 5000));
    source.SetAttribute("SendSize", UintegerValue(1448));
    ApplicationContainer sources = source.Install(nodes.Get(0));
    sources.Start(Seconds(0));
    sources.Stop(Seconds(seconds));
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 5000));
    ApplicationContainer sinks = sink.Install(nodes.Get(1));
    sinks.Start(Seconds(0));
    if (trace)
    {
        Simulator::Schedule(NanoSeconds(1), &Watch);
    }
    Simulator::Stop(Seconds(seconds));
    Simulator::Run();
    if (!trace)
    {
        uint64_t received = DynamicCast<PacketSink>(sinks.Get(0))->GetTotalRx();
        std::cout << cc << "," << delay << "," << loss << "," << RngSeedManager::GetRun() << ","
                  << received * 8 / seconds / 1e6 << "," << Simulator::GetEventCount() << "," << g_packets << "\n";
    }
    Simulator::Destroy();
}
